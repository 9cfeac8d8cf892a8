"""Staff: accounts, sign-in, audit log."""
