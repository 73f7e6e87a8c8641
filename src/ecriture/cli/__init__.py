"""The command `ecriture`. It needs neither server nor database; what is heavy is loaded when it is needed."""
