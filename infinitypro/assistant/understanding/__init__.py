"""Reads what a customer wrote: language, intents, what is named, mood; no Django and no database in here."""
