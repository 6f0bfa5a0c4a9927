//! The binary angae: command line, listeners, the pipeline, wiring.
