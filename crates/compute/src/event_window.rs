//! Windows in time for scheduled events. No instance has such an event yet: they are kept, associated and told.

use crate::Compute;
use crate::instance::{self, Instance, one_of};
use base::{Scope, Tags};
use ec2_resource::error::{Error, Kind, Launch};
use ec2_resource::event::Changed;
use ec2_resource::id::EventWindowId;
use ec2_resource::listing::{self, Wish};
use ec2_resource::resource::{self, Resource, required, tag_set, take};
use ec2_resource::tag;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::collections::BTreeSet;
use store::{Record, Tx};

/// The days of a week, as they are spelled.
const DAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
/// Hours that a range, and all of them together, have at the least. Source: EC2 API reference, CreateInstanceEventWindow.
const LEAST_OF_RANGE: i32 = 2;
const LEAST_OF_ALL: i32 = 4;
/// Hours of a day and of a week.
const DAY: i32 = 24;
const WEEK: i32 = 7 * DAY;

/// A window.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct EventWindow {
    scope: Scope,
    id: EventWindowId,
    name: Option<String>,
    when: When,
    instances: BTreeSet<String>,
    /// Tags of instances that it is for.
    instance_tags: Tags,
    tags: Tags,
}

/// When it is open, in UTC.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum When {
    Ranges(Vec<Range>),
    Cron(String),
}

/// From an hour of a day to one of a day, by their numbers.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Range {
    start_day: usize,
    start_hour: i32,
    end_day: usize,
    end_hour: i32,
}

impl Range {
    fn hours(self) -> i32 {
        let at = |day: usize, hour: i32| i32::try_from(day).unwrap_or(0) * DAY + hour;
        let hours = (at(self.end_day, self.end_hour) - at(self.start_day, self.start_hour)).rem_euclid(WEEK);
        if hours == 0 { WEEK } else { hours }
    }

    fn shape(self) -> ec2::InstanceEventWindowTimeRange {
        ec2::InstanceEventWindowTimeRange {
            start_week_day: Some(DAYS[self.start_day].to_owned()),
            start_hour: Some(self.start_hour),
            end_week_day: Some(DAYS[self.end_day].to_owned()),
            end_hour: Some(self.end_hour),
        }
    }
}

impl EventWindow {
    fn is_associated(&self) -> bool {
        !self.instances.is_empty() || !self.instance_tags.is_empty()
    }
}

impl Record for EventWindow {
    const TABLE: &'static str = "compute_event_window";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for EventWindow {
    const TYPE: &'static str = "instance-event-window";
    const PREFIX: &'static str = EventWindowId::PREFIX;
    const KIND: Kind = Kind::EventWindow;
    const FILTERS: &'static [&'static str] = &[
        "dedicated-host-id",
        "event-window-name",
        "instance-id",
        "instance-tag",
        "instance-tag-key",
        "instance-tag-value",
    ];
    const PAGE: (i32, i32) = (20, 500);

    resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let tags = &self.instance_tags;
        match name {
            "event-window-name" => self.name.iter().cloned().collect(),
            "instance-id" => self.instances.iter().cloned().collect(),
            "instance-tag" => tags.iter().map(|(key, value)| format!("{key}:{value}")).collect(),
            "instance-tag-key" => tags.iter().map(|(key, _)| key.to_owned()).collect(),
            "instance-tag-value" => tags.iter().map(|(_, value)| value.to_owned()).collect(),
            _ => Vec::new(),
        }
    }
}

/// When a call wants it open: by ranges, or by a cron expression of hours and days.
fn when(
    ranges: Option<Vec<ec2::InstanceEventWindowTimeRangeRequest>>,
    cron: Option<String>,
) -> Result<Option<When>, Error> {
    let ranges = ranges.filter(|list| !list.is_empty());
    match (ranges, cron.filter(|text| !text.is_empty())) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            let sentence = "The parameter TimeRange cannot be used with the parameter CronExpression";
            Err(Error::Combination(sentence.to_owned()))
        }
        (Some(ranges), None) => {
            let ranges: Vec<Range> = ranges.into_iter().map(range).collect::<Result<_, _>>()?;
            if ranges.iter().map(|own| own.hours()).sum::<i32>() < LEAST_OF_ALL {
                return Err(short());
            }
            Ok(Some(When::Ranges(ranges)))
        }
        (None, Some(text)) => {
            check_cron(&text)?;
            Ok(Some(When::Cron(text)))
        }
    }
}

fn short() -> Error {
    let sentence = "Each time range must be at least 2 hours, and all of an event window at least 4 hours.";
    Error::Parameter(sentence.to_owned())
}

fn range(given: ec2::InstanceEventWindowTimeRangeRequest) -> Result<Range, Error> {
    let day = |name: &'static str, word: Option<String>| {
        let word = required(word, name)?;
        one_of(name, &word, DAYS)?;
        Ok::<_, Error>(DAYS.iter().position(|day| *day == word).unwrap_or_default())
    };
    let hour = |name: &'static str, hour: Option<i32>| {
        let hour = hour.ok_or(Error::Missing(name))?;
        match (0..DAY).contains(&hour) {
            true => Ok(hour),
            false => Err(Error::Value(name, hour.to_string(), "It must be between 0 and 23.".to_owned())),
        }
    };
    let own = Range {
        start_day: day("startWeekDay", given.start_week_day)?,
        start_hour: hour("startHour", given.start_hour)?,
        end_day: day("endWeekDay", given.end_week_day)?,
        end_hour: hour("endHour", given.end_hour)?,
    };
    if own.hours() < LEAST_OF_RANGE { Err(short()) } else { Ok(own) }
}

/// `* 0-4,20-23 * * 1,5`: minutes, days of the month and months are `*`, hours are ranges.
fn check_cron(text: &str) -> Result<(), Error> {
    let bad = || {
        let reason = "Only hours and days of the week are supported.".to_owned();
        Error::Value("cronExpression", text.to_owned(), reason)
    };
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let [minute, hours, of_month, month, days] = fields[..] else { return Err(bad()) };
    if [minute, of_month, month] != ["*"; 3] {
        return Err(bad());
    }
    let span = |text: &str, most: i32, number: &dyn Fn(&str) -> Option<i32>| {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let span = (number(from)?, number(to)?);
        (span.0 <= span.1 && span.1 <= most && span.0 >= 0).then_some(span)
    };
    let hour = |text: &str| text.parse::<i32>().ok();
    let day = |text: &str| {
        let named = DAYS.iter().position(|day| day[..3].eq_ignore_ascii_case(text));
        named.and_then(|day| i32::try_from(day).ok()).or_else(|| text.parse().ok())
    };
    let of_week = match days {
        "*" => 7,
        days => {
            let spans: Option<Vec<_>> = days.split(',').map(|text| span(text, 6, &day)).collect();
            spans.ok_or_else(bad)?.iter().map(|(from, to)| to - from + 1).sum()
        }
    };
    let of_day = match hours {
        "*" => DAY,
        hours => {
            let spans: Option<Vec<_>> = hours.split(',').map(|text| span(text, 23, &hour)).collect();
            let spans = spans.ok_or_else(bad)?;
            if spans.iter().any(|(from, to)| to - from < LEAST_OF_RANGE) {
                return Err(short());
            }
            spans.iter().map(|(from, to)| to - from).sum()
        }
    };
    if of_day * of_week < LEAST_OF_ALL { Err(short()) } else { Ok(()) }
}

/// `CreateInstanceEventWindow`: associated with nothing yet.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CreateInstanceEventWindowRequest,
) -> Result<ec2::CreateInstanceEventWindowResult, Error> {
    let when = when(input.time_ranges, input.cron_expression)?;
    let when = when
        .ok_or(Error::MissingOneOf("The request must contain the parameter TimeRange or CronExpression"))?;
    let tags = tag::of_specifications(input.tag_specifications, EventWindow::TYPE)?;
    let window = cx.write(|tx| {
        let window = EventWindow {
            scope: cx.scope().clone(),
            id: EventWindowId::new(cx.ids()),
            name: input.name.clone(),
            when: when.clone(),
            instances: BTreeSet::new(),
            instance_tags: Tags::default(),
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "InstanceEventWindowCreated", resource: window.arn() });
        tx.put(window.clone());
        Ok::<_, Error>(window)
    })?;
    Ok(ec2::CreateInstanceEventWindowResult { instance_event_window: Some(shape(&window, "creating")) })
}

fn id(text: Option<String>) -> Result<EventWindowId, Error> {
    let text = required(text, "instanceEventWindowId")?;
    EventWindowId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::EventWindow, error.given, error.prefix))
}

/// Changes a window.
fn change(
    cx: &Cx,
    given: Option<String>,
    change: impl Fn(&Tx, &mut EventWindow) -> Result<(), Error>,
) -> Result<Option<ec2::InstanceEventWindow>, Error> {
    let id = id(given)?;
    cx.write(|tx| {
        let mut own: EventWindow = take(tx, cx.scope(), id.as_str())?;
        change(tx, &mut own)?;
        tx.emit(&Changed { kind: "InstanceEventWindowChanged", resource: own.arn() });
        tx.put(own.clone());
        Ok(Some(shape(&own, "creating")))
    })
}

/// `ModifyInstanceEventWindow`: its name, and when it is open.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceEventWindowRequest,
) -> Result<ec2::ModifyInstanceEventWindowResult, Error> {
    let when = when(input.time_ranges, input.cron_expression)?;
    let window = change(cx, input.instance_event_window_id, |_, own| {
        own.name = input.name.clone().or(own.name.take());
        if let Some(when) = &when {
            own.when = when.clone();
        }
        Ok(())
    })?;
    Ok(ec2::ModifyInstanceEventWindowResult { instance_event_window: window })
}

/// `AssociateInstanceEventWindow`: with instances, or with the tags of instances.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::AssociateInstanceEventWindowRequest,
) -> Result<ec2::AssociateInstanceEventWindowResult, Error> {
    let target = input.association_target.ok_or(Error::Missing("associationTarget"))?;
    refuse_hosts(target.dedicated_host_ids)?;
    let instances = target.instance_ids.unwrap_or_default();
    let ids = instances.iter().map(|text| instance::id(Some(text.clone()))).collect::<Result<Vec<_>, _>>()?;
    let tags: Vec<(String, String)> =
        target.instance_tags.into_iter().flatten().map(tag::checked).collect::<Result<_, _>>()?;
    if ids.is_empty() == tags.is_empty() {
        let sentence = "Specify either instance IDs or instance tags as the target of an event window.";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let window = change(cx, input.instance_event_window_id, |tx, own| {
        for id in &ids {
            take::<Instance>(tx, cx.scope(), id.as_str())?;
            own.instances.insert(id.to_string());
        }
        own.instance_tags.0.extend(tags.iter().cloned());
        Ok(())
    })?;
    Ok(ec2::AssociateInstanceEventWindowResult { instance_event_window: window })
}

/// `DisassociateInstanceEventWindow`.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DisassociateInstanceEventWindowRequest,
) -> Result<ec2::DisassociateInstanceEventWindowResult, Error> {
    let target = input.association_target.ok_or(Error::Missing("associationTarget"))?;
    refuse_hosts(target.dedicated_host_ids)?;
    let instances = target.instance_ids.unwrap_or_default();
    let tags = target.instance_tags.unwrap_or_default();
    let window = change(cx, input.instance_event_window_id, |_, own| {
        for id in &instances {
            own.instances.remove(id);
        }
        for key in tags.iter().filter_map(|tag| tag.key.as_ref()) {
            own.instance_tags.0.remove(key);
        }
        Ok(())
    })?;
    Ok(ec2::DisassociateInstanceEventWindowResult { instance_event_window: window })
}

fn refuse_hosts(hosts: Option<Vec<String>>) -> Result<(), Error> {
    match hosts.is_some_and(|list| !list.is_empty()) {
        true => Err(Error::Parameter("DedicatedHostId is not built yet".to_owned())),
        false => Ok(()),
    }
}

/// `DeleteInstanceEventWindow`: one that is associated only where that is asked for.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DeleteInstanceEventWindowRequest,
) -> Result<ec2::DeleteInstanceEventWindowResult, Error> {
    let id = id(input.instance_event_window_id)?;
    let is_forced = input.force_delete == Some(true);
    cx.write(|tx| {
        let own: EventWindow = take(tx, cx.scope(), id.as_str())?;
        if !is_forced && own.is_associated() {
            return Err(Launch::WindowInUse(id.to_string()).into());
        }
        tx.delete::<EventWindow>(&own.key());
        tx.emit(&Changed { kind: "InstanceEventWindowDeleted", resource: own.arn() });
        Ok(ec2::DeleteInstanceEventWindowResult {
            instance_event_window_state: Some(ec2::InstanceEventWindowStateChange {
                instance_event_window_id: Some(id.to_string()),
                state: Some("deleting".to_owned()),
            }),
        })
    })
}

/// `DescribeInstanceEventWindows`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeInstanceEventWindowsRequest,
) -> Result<ec2::DescribeInstanceEventWindowsResult, Error> {
    let wish = Wish {
        ids: input.instance_event_window_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page =
        listing::list(cx, "DescribeInstanceEventWindows", wish, |_, own: &EventWindow| shape(own, "active"))?;
    Ok(ec2::DescribeInstanceEventWindowsResult {
        instance_event_windows: Some(page.items),
        next_token: page.next_token,
    })
}

fn shape(own: &EventWindow, state: &str) -> ec2::InstanceEventWindow {
    let (ranges, cron) = match &own.when {
        When::Ranges(ranges) => (Some(ranges.iter().map(|own| own.shape()).collect()), None),
        When::Cron(text) => (None, Some(text.clone())),
    };
    let target = own.is_associated().then(|| ec2::InstanceEventWindowAssociationTarget {
        instance_ids: Some(own.instances.iter().cloned().collect()),
        tags: tag_set(&own.instance_tags),
        dedicated_host_ids: Some(Vec::new()),
    });
    ec2::InstanceEventWindow {
        instance_event_window_id: Some(own.id.to_string()),
        time_ranges: ranges,
        name: own.name.clone(),
        cron_expression: cron,
        association_target: target,
        state: Some(state.to_owned()),
        tags: tag_set(&own.tags),
    }
}
