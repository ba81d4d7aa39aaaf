//! The wire against a server of these tests: what it sends, what it repeats, how it signs in, and what nobody sees.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod carrying;
mod limits;
mod repeating;
mod secrets;
mod server;
mod shop;
mod signing_in;
