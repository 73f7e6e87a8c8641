"""An independent implementation of posting.md, and random books to compare it with."""
