//! The sandbox as its clients meet it: over HTTP, through a socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod amazon;
mod client;
mod models;
mod seller;
mod server;
mod walmart_and_ebay;
