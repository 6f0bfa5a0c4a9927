//! Decisions, rule by rule.
