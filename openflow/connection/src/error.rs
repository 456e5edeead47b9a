//! What can go wrong with a connection and with a request.

use std::io;

use weft_openflow::message::{EncodeError, ErrorMessage, MessageError};

use crate::framing::FramingError;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The socket failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The switch closed it.
    #[error("the switch closed the connection")]
    Closed,
    /// Connecting took too long.
    #[error("connecting took too long")]
    Timeout,
    /// The switch speaks none of the versions that are offered.
    #[error("the switch speaks none of the versions that are offered: it has {offered:#x}")]
    NoCommonVersion {
        /// Its versions, as bits.
        offered: u64,
    },
    /// The switch refused the connection.
    #[error("the switch refused the connection: {}", .0.code)]
    Refused(ErrorMessage),
    /// The switch began with another message than a hello.
    #[error("the switch began with another message than a hello")]
    NoHello,
    /// A message of the greeting makes no sense.
    #[error("the switch's greeting: {0}")]
    Malformed(#[from] MessageError),
    /// What comes is no OpenFlow.
    #[error("{0}")]
    Framing(#[from] FramingError),
    /// The switch answered no echo.
    #[error("the switch is silent")]
    Silent,
    /// More came than was taken.
    #[error("more came from the switch than was taken")]
    Overrun,
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// There is no connection, or it was lost before the answer came.
    #[error("there is no connection to the switch")]
    NotConnected,
    /// The switch refused it.
    #[error("the switch refused it: {}", .0.code)]
    Refused(ErrorMessage),
    /// It cannot be sent.
    #[error("it cannot be sent: {0}")]
    Encode(#[from] EncodeError),
    /// The answer makes no sense.
    #[error("its answer: {0}")]
    Malformed(MessageError),
    /// The answer is longer than the options allow.
    #[error("its answer is longer than is allowed")]
    TooLong,
    /// No answer comes to such a message.
    #[error("switches do not answer to such a message")]
    NoAnswer,
    /// The answer is to another question.
    #[error("its answer is to another question")]
    OtherAnswer,
}
