//! Organizational units.

use crate::Organizations;
use crate::account::Account;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::{Attached, Node, lineage, parent, path};
use crate::organization::{LETTERS, Organization, managed};
use crate::tag;
use base::Tags;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_organizations as api;
use std::sync::Arc;
use store::Record;
use store::Rows;

/// Units of an organization at the most, and how deep they may lie under the root.
/// Source: AWS Organizations User Guide, "Quotas".
const MOST: usize = 2000;
const DEEPEST: usize = 5;

/// A unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unit {
    pub(crate) organization: String,
    /// `ou-`, the characters of the root, and eight more.
    pub(crate) id: String,
    pub(crate) name: String,
    /// The root or the unit it lies in.
    pub(crate) parent: String,
    pub(crate) attached: Attached,
    pub(crate) tags: Tags,
}

impl Record for Unit {
    const TABLE: &'static str = "organizations_unit";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.organization, &self.id)
    }
}

impl Unit {
    pub(crate) fn key_of(organization: &str, id: &str) -> String {
        format!("{organization}/{id}")
    }

    pub(crate) fn arn(&self, organization: &Organization) -> String {
        organization.own(&format!("ou/{}/{}", organization.id, self.id))
    }

    /// Those of an organization, by id.
    pub(crate) fn all(rows: &impl Rows, organization: &str) -> Vec<Arc<Self>> {
        rows.below(&format!("{organization}/"))
    }
}

/// The units that lie in a root or unit, by id.
fn within(rows: &impl Rows, organization: &str, parent: &str) -> Vec<Arc<Unit>> {
    let mut units = Unit::all(rows, organization);
    units.retain(|unit| unit.parent == parent);
    units
}

fn find(rows: &impl Rows, organization: &Organization, id: &str) -> Result<Arc<Unit>, Error> {
    rows.row::<Unit>(&Unit::key_of(&organization.id, id)).ok_or(Error::NoUnit)
}

/// `CreateOrganizationalUnit`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Organizations,
    input: api::CreateOrganizationalUnitRequest,
) -> Result<api::CreateOrganizationalUnitResponse, Error> {
    let (above, name) = (input.parent_id.unwrap_or_default(), input.name.unwrap_or_default());
    let tags = tag::read(input.tags)?;
    let suffix = cx.ids().text(LETTERS, 8);
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let above = parent(tx, &organization, &above)?;
        let all = Unit::all(tx, &organization.id);
        if all.iter().any(|unit| unit.parent == above.id() && unit.name == name) {
            return Err(Error::UnitExists);
        }
        if all.len() >= MOST {
            return Err(Error::TooManyUnits);
        }
        // The root itself is the first of the line.
        if lineage(tx, &organization, &above).len() > DEEPEST {
            return Err(Error::TooDeep);
        }
        let unit = Unit {
            organization: organization.id.clone(),
            id: format!("ou-{}-{suffix}", organization.root.trim_start_matches("r-")),
            name: name.clone(),
            parent: above.id().to_owned(),
            attached: Attached::full(&organization),
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "OrganizationalUnitCreated", resource: unit.arn(&organization) });
        tx.put(unit.clone());
        let shape = shape(tx, &organization, &unit);
        Ok(api::CreateOrganizationalUnitResponse { organizational_unit: Some(shape) })
    })
}

/// `UpdateOrganizationalUnit`: another name.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Organizations,
    input: api::UpdateOrganizationalUnitRequest,
) -> Result<api::UpdateOrganizationalUnitResponse, Error> {
    let id = input.organizational_unit_id.unwrap_or_default();
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let mut unit = (*find(tx, &organization, &id)?).clone();
        if let Some(name) = &input.name {
            let beside = within(tx, &organization.id, &unit.parent);
            if beside.iter().any(|other| other.id != unit.id && other.name == *name) {
                return Err(Error::UnitExists);
            }
            unit.name.clone_from(name);
        }
        tx.emit(&Changed { kind: "OrganizationalUnitChanged", resource: unit.arn(&organization) });
        tx.put(unit.clone());
        let shape = shape(tx, &organization, &unit);
        Ok(api::UpdateOrganizationalUnitResponse { organizational_unit: Some(shape) })
    })
}

/// `DeleteOrganizationalUnit`: of one that is empty.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DeleteOrganizationalUnitRequest,
) -> Result<Empty, Error> {
    let id = input.organizational_unit_id.unwrap_or_default();
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let unit = find(tx, &organization, &id)?;
        let mut accounts = Account::all(tx, &organization.id).into_iter();
        if !within(tx, &organization.id, &id).is_empty() || accounts.any(|account| account.parent == id) {
            return Err(Error::UnitNotEmpty);
        }
        tx.delete::<Unit>(&unit.key());
        tx.emit(&Changed { kind: "OrganizationalUnitDeleted", resource: unit.arn(&organization) });
        Ok(Empty {})
    })
}

/// `DescribeOrganizationalUnit`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DescribeOrganizationalUnitRequest,
) -> Result<api::DescribeOrganizationalUnitResponse, Error> {
    let id = input.organizational_unit_id.unwrap_or_default();
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let unit = find(view, &organization, &id)?;
        let shape = shape(view, &organization, &unit);
        Ok(api::DescribeOrganizationalUnitResponse { organizational_unit: Some(shape) })
    })
}

/// `ListOrganizationalUnitsForParent`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListOrganizationalUnitsForParentRequest,
) -> Result<api::ListOrganizationalUnitsForParentResponse, Error> {
    let above = input.parent_id.unwrap_or_default();
    let asked = Asked { token: input.next_token, most: input.max_results };
    cx.read(|view| {
        let organization = managed(view, cx)?;
        parent(view, &organization, &above)?;
        let units = within(view, &organization.id, &above);
        let call = ["ListOrganizationalUnitsForParent", &above];
        let (units, next_token) = asked.page(cx, &call, units, |unit| unit.id.clone())?;
        let units = units.iter().map(|unit| shape(view, &organization, unit)).collect();
        Ok(api::ListOrganizationalUnitsForParentResponse { organizational_units: Some(units), next_token })
    })
}

fn shape(rows: &impl Rows, organization: &Arc<Organization>, unit: &Unit) -> api::OrganizationalUnit {
    let lineage = lineage(rows, organization, &Node::Unit(unit.clone()));
    api::OrganizationalUnit {
        id: Some(unit.id.clone()),
        arn: Some(unit.arn(organization)),
        name: Some(unit.name.clone()),
        path: Some(path(organization, &lineage)),
    }
}
