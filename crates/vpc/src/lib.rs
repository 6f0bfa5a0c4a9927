//! The networking half of EC2.
