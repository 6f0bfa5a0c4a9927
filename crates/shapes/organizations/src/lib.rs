//! The generated shapes of the API `organizations`. Nothing here is edited: see `model.json` and `patch.json`.

#![allow(
    clippy::all,
    clippy::wildcard_imports,
    missing_docs,
    non_upper_case_globals,
    reason = "generated code keeps the model's names"
)]

include!(concat!(env!("OUT_DIR"), "/api.rs"));
