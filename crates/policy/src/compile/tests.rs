//! Conditions and principals, rule by rule.
