"""The film and the pictures of the guide, made from the running application. `make tour`, `make screenshots`."""
