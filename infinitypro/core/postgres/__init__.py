"""PostgreSQL: which server, under which role, and the embedded one where none is given."""
