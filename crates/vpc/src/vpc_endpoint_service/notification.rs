//! Topics that are told of connections. They are kept; nobody is told anything yet.

use super::model::{ConnectionNotification, VpcEndpointService};
use super::service_id;
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{ConnectionNotificationId, VpcEndpointId, VpcEndpointServiceId};
use crate::listing::{self, Wish as List};
use crate::resource::{Resource, prefix, required, take};
use crate::token::{self, Once, once};
use crate::vpc_endpoint::{VpcEndpoint, endpoint_id, plain_error, unsuccessful};
use crate::{Vpc as Service, home};
use base::{Arn, Tags};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// What can happen to a connection.
const EVENTS: [&str; 4] = ["Accept", "Connect", "Delete", "Reject"];

/// Of what connections.
enum About {
    Service(VpcEndpointServiceId),
    Endpoint(VpcEndpointId),
}

/// `CreateVpcEndpointConnectionNotification`: of a service or of an endpoint.
pub(crate) fn create_notification(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpcEndpointConnectionNotificationRequest,
) -> Result<ec2::CreateVpcEndpointConnectionNotificationResult, Error> {
    let digest = token::digest(&input);
    let client_token = input.client_token.clone();
    let about = match (input.service_id, input.vpc_endpoint_id) {
        (Some(id), None) => About::Service(service_id(Some(id))?),
        (None, Some(id)) => About::Endpoint(endpoint_id(id)?),
        (None, None) => {
            return Err(Error::MissingOneOf(
                "The request must contain exactly one of: ServiceId or VpcEndpointId",
            ));
        }
        (Some(_), Some(_)) => {
            let sentence = "The parameter ServiceId cannot be used with the parameter VpcEndpointId";
            return Err(Error::Combination(sentence.to_owned()));
        }
    };
    let topic = topic(required(input.connection_notification_arn, "ConnectionNotificationArn")?)?;
    let events = events(input.connection_events.unwrap_or_default())?;
    let call = Once {
        operation: "CreateVpcEndpointConnectionNotification",
        token: client_token.as_deref(),
        digest: &digest,
    };
    let notification = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let (service, endpoint) = match &about {
                About::Service(id) => {
                    take::<VpcEndpointService>(tx, cx.scope(), id.as_str())?;
                    (Some(id.clone()), None)
                }
                About::Endpoint(id) => {
                    take::<VpcEndpoint>(tx, cx.scope(), id.as_str())?;
                    (None, Some(id.clone()))
                }
            };
            let notification = ConnectionNotification {
                scope: cx.scope().clone(),
                id: ConnectionNotificationId::new(cx.ids()),
                service,
                endpoint,
                topic: topic.clone(),
                events: events.clone(),
                tags: Tags::default(),
            };
            tx.emit(&Changed { kind: "ConnectionNotificationCreated", resource: notification.arn() });
            tx.put(notification.clone());
            Ok(notification)
        })
    })?;
    let connection_notification = Some(shape(&notification));
    Ok(ec2::CreateVpcEndpointConnectionNotificationResult { connection_notification, client_token })
}

/// The ARN of a topic.
fn topic(text: String) -> Result<String, Error> {
    let arn: Option<Arn> = text.parse().ok();
    if arn.is_some_and(|arn| arn.service == "sns" && !arn.resource.is_empty()) {
        return Ok(text);
    }
    let reason = "It is not the ARN of an Amazon SNS topic.".to_owned();
    Err(Error::Value("ConnectionNotificationArn", text, reason))
}

fn events(asked: Vec<String>) -> Result<Vec<String>, Error> {
    if asked.is_empty() {
        return Err(Error::Missing("ConnectionEvents"));
    }
    match asked.iter().find(|word| !EVENTS.contains(&word.as_str())) {
        None => Ok(asked),
        Some(word) => {
            let reason = "Valid values are Accept, Connect, Delete and Reject.".to_owned();
            Err(Error::Value("ConnectionEvents", word.clone(), reason))
        }
    }
}

/// `ModifyVpcEndpointConnectionNotification`.
pub(crate) fn modify_notification(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcEndpointConnectionNotificationRequest,
) -> Result<ec2::ModifyVpcEndpointConnectionNotificationResult, Error> {
    let id = notification_id(required(input.connection_notification_id, "ConnectionNotificationId")?)?;
    let topic = input.connection_notification_arn.map(topic).transpose()?;
    let events = input.connection_events.filter(|list| !list.is_empty()).map(events).transpose()?;
    home::write(cx, |tx| {
        let mut own: ConnectionNotification = take(tx, cx.scope(), id.as_str())?;
        own.topic = topic.clone().unwrap_or(own.topic);
        own.events = events.clone().unwrap_or(own.events);
        tx.put(own);
        Ok(ec2::ModifyVpcEndpointConnectionNotificationResult { return_value: Some(true) })
    })
}

/// `DescribeVpcEndpointConnectionNotifications`.
pub(crate) fn describe_notifications(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcEndpointConnectionNotificationsRequest,
) -> Result<ec2::DescribeVpcEndpointConnectionNotificationsResult, Error> {
    let wish = List {
        ids: input.connection_notification_id.map(|id| vec![id]),
        filters: input.filters,
        max_results: input.max_results.map(|most| most.min(1_000)),
        next_token: input.next_token,
    };
    let operation = "DescribeVpcEndpointConnectionNotifications";
    let page = listing::list(cx, operation, wish, |_, row: &ConnectionNotification| shape(row));
    let page = page.map_err(plain_error)?;
    Ok(ec2::DescribeVpcEndpointConnectionNotificationsResult {
        connection_notification_set: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteVpcEndpointConnectionNotifications`: those that are there; the others are told.
pub(crate) fn delete_notifications(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteVpcEndpointConnectionNotificationsRequest,
) -> Result<ec2::DeleteVpcEndpointConnectionNotificationsResult, Error> {
    let ids = input.connection_notification_ids.unwrap_or_default();
    if ids.is_empty() {
        return Err(Error::Missing("ConnectionNotificationId"));
    }
    let unsuccessful = home::write(cx, |tx| {
        let mut kept = Vec::new();
        for id in &ids {
            let found = notification_id(id.clone())
                .and_then(|id| take::<ConnectionNotification>(tx, cx.scope(), id.as_str()));
            match found {
                Ok(own) => {
                    tx.delete::<ConnectionNotification>(&own.key_text());
                }
                Err(error) => kept.push(unsuccessful(id, &error)),
            }
        }
        Ok::<_, Error>(kept)
    })?;
    Ok(ec2::DeleteVpcEndpointConnectionNotificationsResult { unsuccessful: Some(unsuccessful) })
}

/// A service has gone, and who was told of its connections with it.
pub(super) fn forget(tx: &mut Tx, service: &VpcEndpointService) {
    let of = prefix(&service.scope);
    let own = tx.range::<ConnectionNotification>(&of).filter(|own| own.service.as_ref() == Some(&service.id));
    let keys: Vec<String> = own.map(|own| own.key_text()).collect();
    for key in keys {
        tx.delete::<ConnectionNotification>(&key);
    }
}

fn notification_id(text: String) -> Result<ConnectionNotificationId, Error> {
    ConnectionNotificationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::ConnectionNotification, error.given, error.prefix))
}

fn shape(own: &ConnectionNotification) -> ec2::ConnectionNotification {
    ec2::ConnectionNotification {
        connection_notification_id: Some(own.id.to_string()),
        service_id: own.service.as_ref().map(ToString::to_string),
        vpc_endpoint_id: own.endpoint.as_ref().map(ToString::to_string),
        connection_notification_type: Some("Topic".to_owned()),
        connection_notification_arn: Some(own.topic.clone()),
        connection_events: Some(own.events.clone()),
        connection_notification_state: Some("Enabled".to_owned()),
        service_region: Some(own.scope.region.to_string()),
    }
}
