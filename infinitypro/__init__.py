"""Infinity Pro: answers a small business's customers at once, books them in, keeps their data sealed."""
