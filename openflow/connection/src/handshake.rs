//! Agreeing on a version.

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use weft_openflow::Version;
use weft_openflow::message::{Body, ErrorCode, ErrorMessage, Hello, Message, SwitchFeatures};

use crate::address::Stream;
use crate::error::ConnectionError;
use crate::framing::Framer;

const HELLO_XID: u32 = 1;
const FEATURES_XID: u32 = 2;

/// Says hello, agrees on the highest version of `versions` that the switch speaks, and asks what it is.
///
/// # Errors
/// When there is no such version, the switch refuses, or says something else.
pub(crate) async fn greet(
    stream: &mut dyn Stream,
    framer: &mut Framer,
    versions: &[Version],
) -> Result<(Version, SwitchFeatures), ConnectionError> {
    let ours = Hello::offering(versions);
    // The version of decoding does not matter for a hello and an error.
    let highest = versions.iter().copied().max().unwrap_or(Version::V1_5);
    send(stream, HELLO_XID, Body::Hello(ours.clone()), highest).await?;
    let version = match receive(stream, framer, highest).await?.0 {
        Body::Hello(theirs) => match ours.agree(&theirs) {
            Some(version) => version,
            None => {
                let data = format!("Weft speaks versions {:#x}", ours.versions).into_bytes();
                let error = ErrorMessage { code: ErrorCode::INCOMPATIBLE, data };
                send(stream, HELLO_XID, Body::Error(error), highest).await?;
                return Err(ConnectionError::NoCommonVersion { offered: theirs.versions });
            }
        },
        _ => return Err(ConnectionError::NoHello),
    };
    send(stream, FEATURES_XID, Body::FeaturesRequest, version).await?;
    loop {
        match receive(stream, framer, version).await? {
            (Body::FeaturesReply(features), _) => return Ok((version, features)),
            (Body::EchoRequest(data), xid) => send(stream, xid, Body::EchoReply(data), version).await?,
            // What comes between belongs to nobody: nothing was asked for yet.
            _ => {}
        }
    }
}

async fn send(
    stream: &mut dyn Stream,
    xid: u32,
    body: Body,
    version: Version,
) -> Result<(), ConnectionError> {
    let bytes = Message::new(xid, body).encode(version).map_err(std::io::Error::other)?;
    Ok(stream.write_all(&bytes).await?)
}

/// The next message; an error ends the greeting.
async fn receive(
    stream: &mut dyn Stream,
    framer: &mut Framer,
    version: Version,
) -> Result<(Body, u32), ConnectionError> {
    let bytes: Bytes = loop {
        if let Some((_, bytes)) = framer.next()? {
            break bytes;
        }
        if stream.read_buf(framer.room()).await? == 0 {
            return Err(ConnectionError::Closed);
        }
    };
    match Message::decode(&bytes, version)? {
        Message { body: Body::Error(error), .. } => Err(ConnectionError::Refused(error)),
        Message { body, xid } => Ok((body, xid)),
    }
}
