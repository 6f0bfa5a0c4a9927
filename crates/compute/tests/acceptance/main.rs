//! The instances half of EC2, as a client sees it: what an answer says and what is refused. Nothing here knows the
//! crate under test; another implementation at the endpoint would be judged by the same words.

mod absent;
mod capacity_reservation;
mod dedicated_host;
mod event_window;
mod fleet;
mod image;
mod image_rules;
mod instance;
mod instance_requirements;
mod instance_type;
mod key_pair;
mod launch_behalf;
mod launch_template;
mod launch_template_version;
mod own_image;
mod placement_group;
mod spot_fleet;
mod spot_request;
mod tag;

use testkit::Golden;
use testkit::ec2::{advance, filter, found, nowhere, pages, refuses, start, start_real, with};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(name)
}
