"""The `ecriture` command. It needs no server or database, and loads heavy modules only when they are used."""
