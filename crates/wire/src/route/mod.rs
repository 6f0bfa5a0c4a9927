//! Which API and operation a request is for.
