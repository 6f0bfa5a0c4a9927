//! What holds of the whole table, and what single requests ask for.

mod complete;
mod modifications;
mod requests;
