"""One folder is one integration; they do not know each other."""
