"""The vault: what people write or are called is sealed before it reaches PostgreSQL, and opened only here."""
