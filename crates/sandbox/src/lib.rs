//! The marketplaces simulated over real HTTP: the other side, written from their references and from nothing of ours.

mod simulated;
