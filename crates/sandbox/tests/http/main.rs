//! The sandbox as its clients meet it: over HTTP, through a socket.

mod amazon;
mod client;
mod models;
mod seller;
mod server;
mod walmart_and_ebay;
