//! What each keyword means to a program, at its corners.
