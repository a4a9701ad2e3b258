"""What we use of allauth, which carries no types of its own."""
