"""What each station of the way does with an open night."""
