//! eBay's replies, held to its OpenAPI documents.
