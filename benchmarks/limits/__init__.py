"""The least that would do the work: nobody can be faster on this machine."""
