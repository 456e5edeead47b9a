//! Actions that tell somebody: logs, samples, meters and queues.

use std::ops::Range;

use super::model::{Action, Log, ObservationPoint, Sample};
use super::parse::Parser;
use crate::error::{Error, Result};
use crate::lexer::{Kind, NumberFormat};

/// The highest id of a queue that OVN configures.
const MAX_QUEUE: u32 = 0xf000;

/// A log entry names what it is about in fewer characters than this, as they go through the datapath.
const MAX_LOG_NAME: usize = 64;

pub(super) const VERDICTS: [&str; 4] = ["allow", "drop", "reject", "pass"];
pub(super) const SEVERITIES: [(&str, u8); 5] =
    [("alert", 1), ("warning", 4), ("notice", 5), ("info", 6), ("debug", 7)];

impl Parser<'_, '_> {
    pub(super) fn set_queue(&mut self) -> Result<Action> {
        self.in_parentheses(|p| {
            let place = p.stream.span();
            let queue = p.stream.expect_small()?;
            if queue > MAX_QUEUE {
                return Err(Error::new(place, format!("there is no queue {queue}, only 0 to {MAX_QUEUE}")));
            }
            Ok(Action::SetQueue(queue))
        })
    }

    pub(super) fn set_meter(&mut self, name: Range<usize>) -> Result<Action> {
        let place = self.stream.span();
        let (rate_kbps, burst_kbps) = self.in_parentheses(|p| {
            let rate = p.decimal("a rate in kbps")?;
            let burst = if p.stream.accept(&Kind::Comma) { p.decimal("a burst in kbps")? } else { 0 };
            Ok((rate, burst))
        })?;
        if rate_kbps == 0 {
            return Err(Error::new(name.start..place.end, "a rate of 0 lets nothing pass"));
        }
        Ok(Action::SetMeter { rate_kbps, burst_kbps })
    }

    /// A decimal number of 64 bits.
    fn decimal(&mut self, what: &str) -> Result<u64> {
        let number = match self.stream.kind() {
            Kind::Number(n) if n.format == NumberFormat::Decimal && n.mask.is_none() => {
                u64::try_from(n.value).ok()
            }
            _ => None,
        };
        let number = number.ok_or_else(|| self.stream.unexpected(what))?;
        self.stream.advance();
        Ok(number)
    }

    fn decimal32(&mut self, what: &str) -> Result<u32> {
        let place = self.stream.span();
        let number = self.decimal(what)?;
        u32::try_from(number).map_err(|_| Error::new(place, format!("{what} has at most 32 bits")))
    }

    pub(super) fn log(&mut self) -> Result<Action> {
        let mut log = Log { verdict: 0, severity: 6, name: None, meter: None };
        let mut verdict = None;
        if self.stream.accept(&Kind::LeftParenthesis) {
            while !self.stream.accept(&Kind::RightParenthesis) {
                self.log_argument(&mut log, &mut verdict)?;
                self.stream.accept(&Kind::Comma);
            }
        }
        log.verdict = verdict.ok_or_else(|| self.stream.wrong("a log needs a verdict"))?;
        Ok(Action::Log(log))
    }

    fn log_argument(&mut self, log: &mut Log, verdict: &mut Option<u8>) -> Result<()> {
        let Kind::Id(name) = *self.stream.kind() else {
            return Err(self.stream.unexpected("an argument of log"));
        };
        if !["verdict", "severity", "name", "meter"].contains(&name) {
            return Err(self.stream.unexpected("verdict, severity, name or meter"));
        }
        self.stream.advance();
        self.stream.expect(&Kind::Assign)?;
        match (name, self.stream.kind()) {
            ("verdict", Kind::Id(word)) => {
                let number = (0..).zip(VERDICTS).find(|(_, v)| v == word).map(|(n, _)| n);
                *verdict = Some(number.ok_or_else(|| self.stream.unexpected("a verdict"))?);
            }
            ("severity", Kind::Id(word)) => {
                let found = SEVERITIES.iter().find(|(s, _)| s == word);
                log.severity = found.ok_or_else(|| self.stream.unexpected("a severity"))?.1;
            }
            ("name", Kind::Text(text)) if text.len() >= MAX_LOG_NAME => {
                return Err(self
                    .stream
                    .wrong(format!("a name of a log is shorter than {MAX_LOG_NAME} bytes")));
            }
            ("name", Kind::Text(text)) => log.name = Some(text.clone()),
            ("meter", Kind::Text(text)) => log.meter = Some(text.clone()),
            _ => return Err(self.stream.unexpected(&format!("a {name}"))),
        }
        self.stream.advance();
        Ok(())
    }

    pub(super) fn sample(&mut self, name: Range<usize>) -> Result<Action> {
        let point = ObservationPoint::Number(0);
        let mut sample = Sample { probability: 0, collector_set: 0, domain: 0, point };
        if self.stream.accept(&Kind::LeftParenthesis) {
            while !self.stream.accept(&Kind::RightParenthesis) {
                self.sample_argument(&mut sample)?;
                self.stream.accept(&Kind::Comma);
            }
        }
        if sample.probability == 0 {
            return Err(self.stream.wrong_at(name, "a sample needs a probability above 0"));
        }
        Ok(Action::Sample(sample))
    }

    fn sample_argument(&mut self, sample: &mut Sample) -> Result<()> {
        let Kind::Id(name) = *self.stream.kind() else {
            return Err(self.stream.unexpected("an argument of sample"));
        };
        if !["probability", "collector_set", "obs_domain", "obs_point"].contains(&name) {
            let names = "probability, collector_set, obs_domain or obs_point";
            return Err(self.stream.unexpected(names));
        }
        self.stream.advance();
        self.stream.expect(&Kind::Assign)?;
        match name {
            "probability" => sample.probability = self.number16("a probability of 16 bits")?,
            "collector_set" => sample.collector_set = self.decimal32("a collector set")?,
            "obs_domain" => {
                let place = self.stream.span();
                let domain = self.decimal("an observation domain")?;
                let wrong = |_| Error::new(place, "an observation domain has 8 bits");
                sample.domain = u8::try_from(domain).map_err(wrong)?;
            }
            _ => {
                sample.point = match self.stream.kind() {
                    Kind::AddressSet("cookie") => {
                        self.stream.advance();
                        ObservationPoint::Cookie
                    }
                    Kind::Number(_) => ObservationPoint::Number(self.decimal32("an observation point")?),
                    _ => ObservationPoint::Field(self.sized(32)?),
                };
            }
        }
        Ok(())
    }
}
