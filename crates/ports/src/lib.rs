//! The small traits through which services ask each other; and Cx, the context of one call.
