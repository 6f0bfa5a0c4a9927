//! The decision engine of networks: which packet passes, there and back, and why.
//!
//! A [`Network`] is made of plain parts and judged without those who keep them: the engine reads no store and knows no
//! wire. [`decide`] walks the way of a packet and of its answer. Who wants to know why hands in a tracer; it is the same
//! walk, so what is explained is what is decided.
//!
//! What it does not judge: what appliances behind Gateway Load Balancer endpoints do, addresses that DNS64 makes up, what
//! BGP tells, and whether anything listens where a packet arrives. An interface that forwards others' packets sends them on
//! as they are, or as a NAT instance does where its next hop is an internet gateway; what the gateway's own route table
//! leads to such an interface first leaves by it with the public address of who sent it.

pub mod address;
mod because;
mod between;
mod cache;
mod connection;
mod edge;
pub mod flow;
mod gateways;
pub mod network;
mod outside;
pub mod packet;
pub mod rules;
pub mod seen;
mod service;
pub mod told;
pub mod verdict;
mod walk;

#[cfg(test)]
mod tests;

pub use cache::Cache;
pub use network::Network;
pub use walk::decide;
