//! The marketplaces simulated over real HTTP: the other side, written from their references and from nothing of ours.

mod defects;
mod ebay;
#[cfg(test)]
mod official;
mod simulated;
mod tokens;
mod walmart;

pub use defects::Defects;
pub use defects::Processing;
