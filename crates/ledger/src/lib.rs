//! What each marketplace was last told, and what it said to that.
