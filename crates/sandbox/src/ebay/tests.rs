//! eBay as a seller meets it.
