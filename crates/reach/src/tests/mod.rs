//! Hand-derived cases, and a slow model that must agree.

mod between;
mod flow;
mod gateways;
mod groups;
mod property;
mod reference;
mod routes;
mod seen;
mod site;
mod trace;
