"""Others who do the same work, each in its best known set-up, in an environment of their own."""
