//! The marketplaces simulated over real HTTP, with faults on demand.
