//! Which images of others an account lets itself use.

use crate::Compute;
use crate::account::{self, Account};
use base::Timestamp;
use ec2_resource::error::Error;
use ec2_resource::filter::glob;
use ec2_resource::resource::required;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;

/// Criteria at the most, and values of each. Source: EC2 API reference, ReplaceImageCriteriaInAllowedImagesSettings.
const MOST_CRITERIA: usize = 10;
const MOST_VALUES: usize = 200;
/// Aliases of providers beside accounts. Source: EC2 API reference, ImageCriterion.
const ALIASES: &[&str] = &["amazon", "aws-marketplace", "aws-backup-vault", "none"];
/// Milliseconds of a day.
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// What an account lets itself use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Allowed {
    state: AllowedState,
    criteria: Vec<Criterion>,
}

/// Whether the criteria bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum AllowedState {
    #[default]
    Disabled,
    /// It is told what they would do.
    Audited,
    Enabled,
}

/// Images that are allowed: those for which all of it holds that is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Criterion {
    providers: Vec<String>,
    product_codes: Vec<String>,
    names: Vec<String>,
    /// Days since they were deprecated at the most.
    deprecated_days: Option<i32>,
    /// Days since they were made at the most.
    created_days: Option<i32>,
}

impl Allowed {
    /// Whether images tell that they are allowed.
    pub(super) fn is_told(&self) -> bool {
        self.state != AllowedState::Disabled
    }

    /// Whether images that are not allowed are hidden.
    pub(super) fn hides(&self) -> bool {
        self.state == AllowedState::Enabled
    }

    /// Whether an image of others may be used. Without criteria all may.
    pub(super) fn allows(&self, image: &ec2::Image, now: Timestamp) -> bool {
        self.criteria.is_empty() || self.criteria.iter().any(|own| own.holds(image, now))
    }

    fn word(&self) -> String {
        match self.state {
            AllowedState::Disabled => "disabled",
            AllowedState::Audited => "audit-mode",
            AllowedState::Enabled => "enabled",
        }
        .to_owned()
    }
}

impl Criterion {
    fn holds(&self, image: &ec2::Image, now: Timestamp) -> bool {
        let of = |own: &Option<String>, name: &str| own.as_deref() == Some(name);
        let provided = |name: &String| of(&image.owner_id, name) || of(&image.image_owner_alias, name);
        let named = |pattern: &String| glob(pattern, image.name.as_deref().unwrap_or_default());
        let within = |days: Option<i32>, date: &Option<String>| match (days, date) {
            (None, _) | (_, None) => true,
            (Some(days), Some(date)) => {
                let earliest = now.plus_millis(-i64::from(days) * DAY_MILLIS);
                *date >= super::date(earliest)
            }
        };
        (self.providers.is_empty() || self.providers.iter().any(provided))
            // No image here is sold.
            && self.product_codes.is_empty()
            && (self.names.is_empty() || self.names.iter().any(named))
            && within(self.created_days, &image.creation_date)
            && within(self.deprecated_days, &image.deprecation_time)
    }

    fn shape(&self) -> ec2::ImageCriterion {
        let list = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
        ec2::ImageCriterion {
            image_providers: list(&self.providers),
            marketplace_product_codes: list(&self.product_codes),
            image_names: list(&self.names),
            deprecation_time_condition: self
                .deprecated_days
                .map(|days| ec2::DeprecationTimeCondition { maximum_days_since_deprecated: Some(days) }),
            creation_date_condition: self
                .created_days
                .map(|days| ec2::CreationDateCondition { maximum_days_since_created: Some(days) }),
            ..ec2::ImageCriterion::default()
        }
    }
}

/// `GetAllowedImagesSettings`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::GetAllowedImagesSettingsRequest,
) -> Result<ec2::GetAllowedImagesSettingsResult, Error> {
    let allowed = cx.read(|view| Account::of(view, cx.scope())).allowed;
    Ok(ec2::GetAllowedImagesSettingsResult {
        state: Some(allowed.word()),
        image_criteria: Some(allowed.criteria.iter().map(Criterion::shape).collect()),
        managed_by: Some("account".to_owned()),
    })
}

/// `EnableAllowedImagesSettings`: so that the criteria bind, or so that it is told what they would do.
pub(crate) fn enable(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::EnableAllowedImagesSettingsRequest,
) -> Result<ec2::EnableAllowedImagesSettingsResult, Error> {
    let word = required(input.allowed_images_settings_state, "allowedImagesSettingsState")?;
    crate::instance::one_of("allowedImagesSettingsState", &word, &["enabled", "audit-mode"])?;
    let state = if word == "enabled" { AllowedState::Enabled } else { AllowedState::Audited };
    account::change(cx, |own| own.allowed.state = state)?;
    Ok(ec2::EnableAllowedImagesSettingsResult { allowed_images_settings_state: Some(word) })
}

/// `DisableAllowedImagesSettings`: the criteria stay, and bind nobody.
pub(crate) fn disable(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::DisableAllowedImagesSettingsRequest,
) -> Result<ec2::DisableAllowedImagesSettingsResult, Error> {
    let account = account::change(cx, |own| own.allowed.state = AllowedState::Disabled)?;
    Ok(ec2::DisableAllowedImagesSettingsResult {
        allowed_images_settings_state: Some(account.allowed.word()),
    })
}

/// `ReplaceImageCriteriaInAllowedImagesSettings`.
pub(crate) fn replace(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ReplaceImageCriteriaInAllowedImagesSettingsRequest,
) -> Result<ec2::ReplaceImageCriteriaInAllowedImagesSettingsResult, Error> {
    let given = input.image_criteria.unwrap_or_default();
    if given.len() > MOST_CRITERIA {
        return Err(Error::Parameter(format!("At most {MOST_CRITERIA} image criteria may be specified.")));
    }
    let criteria: Vec<Criterion> = given.into_iter().map(read).collect::<Result<_, _>>()?;
    account::change(cx, |own| own.allowed.criteria = criteria.clone())?;
    Ok(ec2::ReplaceImageCriteriaInAllowedImagesSettingsResult { return_value: Some(true) })
}

fn read(given: ec2::ImageCriterionRequest) -> Result<Criterion, Error> {
    let unbuilt = [
        ("ImageWatermark", given.image_watermarks.is_some_and(|list| !list.is_empty())),
        ("ScanResultCondition", given.scan_result_condition.is_some()),
    ];
    if let Some((name, _)) = unbuilt.into_iter().find(|(_, given)| *given) {
        return Err(Error::Parameter(format!("{name} is not built yet")));
    }
    let own = Criterion {
        providers: given.image_providers.unwrap_or_default(),
        product_codes: given.marketplace_product_codes.unwrap_or_default(),
        names: given.image_names.unwrap_or_default(),
        deprecated_days: given.deprecation_time_condition.and_then(|own| own.maximum_days_since_deprecated),
        created_days: given.creation_date_condition.and_then(|own| own.maximum_days_since_created),
    };
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(bad) = own.providers.iter().find(|own| !is_account(own) && !ALIASES.contains(&own.as_str())) {
        let reason = "It must be an account or one of amazon, aws-marketplace, aws-backup-vault and none.";
        return Err(Error::Value("imageProvider", bad.clone(), reason.to_owned()));
    }
    for (name, list) in [
        ("imageProvider", &own.providers),
        ("marketplaceProductCode", &own.product_codes),
        ("imageName", &own.names),
    ] {
        if list.len() > MOST_VALUES {
            let reason = format!("At most {MOST_VALUES} may be specified.");
            return Err(Error::Value(name, list.len().to_string(), reason));
        }
    }
    for (name, days) in
        [("maximumDaysSinceDeprecated", own.deprecated_days), ("maximumDaysSinceCreated", own.created_days)]
    {
        if let Some(days) = days.filter(|days| *days < 0) {
            let reason = "Value must be a positive integer.".to_owned();
            return Err(Error::Value(name, days.to_string(), reason));
        }
    }
    Ok(own)
}
