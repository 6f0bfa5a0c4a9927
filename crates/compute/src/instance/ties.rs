//! What few instances are bound to: most run on demand, and hold a pointer to nothing here.

use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// What an instance is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TiesOf {
    /// The Spot request it came of.
    pub(crate) spot_request: Option<String>,
    /// The fleet it is of.
    pub(crate) fleet: Option<String>,
    /// The reservation of capacity that it names.
    pub(crate) target: Option<String>,
    /// The reservation of capacity that it runs in.
    pub(crate) reservation: Option<String>,
}

/// No ties.
static NONE: TiesOf = TiesOf { spot_request: None, fleet: None, target: None, reservation: None };

/// The same, as an instance holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ties(Option<Box<TiesOf>>);

impl Ties {
    /// Holds them, if there are any.
    pub(crate) fn of(own: TiesOf) -> Self {
        Self(Some(own).filter(|own| *own != NONE).map(Box::new))
    }

    /// The reservation that it names from now on.
    pub(crate) fn set_target(&mut self, target: Option<String>) {
        *self = Self::of(TiesOf { target, ..(**self).clone() });
    }

    /// The reservation that it runs in from now on.
    pub(crate) fn set_reservation(&mut self, reservation: Option<String>) {
        *self = Self::of(TiesOf { reservation, ..(**self).clone() });
    }
}

impl Deref for Ties {
    type Target = TiesOf;

    fn deref(&self) -> &TiesOf {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ties, TiesOf};

    #[test]
    fn an_instance_without_ties_holds_nothing() {
        assert_eq!(size_of::<Ties>(), size_of::<usize>());
        let mut ties = Ties::of(TiesOf::default());
        assert!(ties.0.is_none());
        ties.set_reservation(Some("cr-1".to_owned()));
        assert_eq!(ties.reservation.as_deref(), Some("cr-1"));
        ties.set_target(Some("cr-2".to_owned()));
        ties.set_reservation(None);
        assert_eq!((ties.target.as_deref(), ties.reservation.as_deref()), (Some("cr-2"), None));
        ties.set_target(None);
        assert!(ties.0.is_none());
    }
}
