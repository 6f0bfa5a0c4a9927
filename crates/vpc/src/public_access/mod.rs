//! The block of public access: what an account lets pass between its VPCs of a Region and the internet, whatever routes,
//! ACLs and groups allow.

mod exclusion;
mod model;

pub(crate) use exclusion::{create as create_exclusion, delete as delete_exclusion};
pub(crate) use exclusion::{describe as describe_exclusions, forget, modify as modify_exclusion};
pub(crate) use model::{
    Access, Exclusion, ForgetExclusion, Options, TurnedExclusion, TurnedOptions, access, states,
};

use crate::error::Error;
use crate::resource::required;
use crate::{Vpc as Service, home};
use model::Mode;
use ports::Cx;
use shapes_ec2 as ec2;

/// How long AWS shows a change of the options as in progress, in milliseconds.
const UPDATING_MILLIS: u32 = 60_000;

/// `DescribeVpcBlockPublicAccessOptions`: off where nobody has changed it.
pub(crate) fn describe_options(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::DescribeVpcBlockPublicAccessOptionsRequest,
) -> Result<ec2::DescribeVpcBlockPublicAccessOptionsResult, Error> {
    let options = cx.read(|view| Options::of(view, cx.scope()));
    Ok(ec2::DescribeVpcBlockPublicAccessOptionsResult {
        vpc_block_public_access_options: Some(options.shape()),
    })
}

/// `ModifyVpcBlockPublicAccessOptions`: what is blocked is blocked at once.
pub(crate) fn modify_options(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcBlockPublicAccessOptionsRequest,
) -> Result<ec2::ModifyVpcBlockPublicAccessOptionsResult, Error> {
    let word = required(input.internet_gateway_block_mode, "internetGatewayBlockMode")?;
    let mode = Mode::read(&word).ok_or_else(|| {
        let reason = "Valid values are off, block-bidirectional and block-ingress.".to_owned();
        Error::Value("internetGatewayBlockMode", word, reason)
    })?;
    let options = home::write(cx, |tx| {
        let options = Options::changed(cx.scope(), mode, tx.now());
        tx.after(UPDATING_MILLIS, TurnedOptions { scope: cx.scope().clone() });
        tx.emit(&options.changed_event());
        tx.put(options.clone());
        Ok(options)
    })?;
    Ok(ec2::ModifyVpcBlockPublicAccessOptionsResult {
        vpc_block_public_access_options: Some(options.shape()),
    })
}
