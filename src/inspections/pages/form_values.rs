//! The values of a step that is corrected, with which its form is filled; empty for a new step.

use crate::inspections::pages::{quantity, yuan};
use crate::inspections::particulars::Particulars;

/// Items that the form of a report has room for.
const ITEMS: usize = 30;

/// The values with which the form of a step is filled.
#[derive(Debug, Clone, Default)]
pub struct FormValues(pub Particulars);

/// An item of a report, with empty texts for what it does not say.
pub struct ItemValues {
    /// What was tested.
    pub item: String,
    /// What it must be.
    pub requirement: String,
    /// The measured value.
    pub measured: String,
    /// The unit.
    pub unit: String,
    /// Whether it conforms.
    pub ok: bool,
    /// Whether health or safety depend on it.
    pub safety: bool,
}

impl FormValues {
    /// The name of a sampler by place.
    pub fn sampler(&self, at: &usize) -> &str {
        let samplers = self.0.sample.as_ref().map(|sample| &sample.samplers);
        samplers.and_then(|all| all.get(*at)).map_or("", String::as_str)
    }

    /// Whether notice and identity were shown.
    pub fn notice(&self) -> bool {
        self.0.sample.as_ref().and_then(|sample| sample.notice_shown).unwrap_or(false)
    }

    /// The price in yuan.
    pub fn yuan(&self) -> String {
        self.0.sample.as_ref().and_then(|sample| sample.price_fen).map(yuan).unwrap_or_default()
    }

    /// What it says of the online purchase.
    pub fn online(&self, name: &str) -> String {
        let online = self.0.sample.as_ref().and_then(|sample| sample.online.as_ref());
        let value = online.and_then(|online| match name {
            "platform" => online.platform.clone(),
            "shop" => online.shop.clone(),
            "url" => online.url.clone(),
            _ => online.order_no.clone(),
        });
        value.unwrap_or_default()
    }

    /// A list, a line for each.
    pub fn lines(&self, name: &str) -> String {
        let list = match name {
            "seals" => &self.0.seals,
            _ => &self.0.testers,
        };
        list.as_deref().unwrap_or_default().join("\n")
    }

    /// What it says of one field, as the form's field takes it.
    pub fn text(&self, name: &str) -> String {
        let (sample, result, quick) = (&self.0.sample, &self.0.result, &self.0.quick);
        let sampled = || {
            let sample = sample.as_ref()?;
            match name {
                "witness" => sample.witness.clone(),
                "batch" => sample.batch.clone(),
                "produced_on" => sample.produced_on.map(|day| day.to_string()),
                "base_quantity" => sample.base_quantity.map(quantity),
                "test_quantity" => sample.test_quantity.map(quantity),
                "reserve_quantity" => sample.reserve_quantity.map(quantity),
                "needed_quantity" => sample.needed_quantity.map(quantity),
                "unit" => sample.unit.clone(),
                "channel" => sample.channel.map(|channel| channel.as_str().to_owned()),
                _ => None,
            }
        };
        let reported = || {
            let result = result.as_ref()?;
            match name {
                "report_no" => result.report_no.clone(),
                "outcome" => Some(result.outcome.as_str().to_owned()),
                "signed_by" => result.signed_by.clone(),
                _ => None,
            }
        };
        let tested = || {
            let quick = quick.as_ref()?;
            match name {
                "device" => Some(quick.device.clone()),
                "calibrated_until" => quick.calibrated_until.map(|day| day.to_string()),
                "tester" => Some(quick.tester.clone()),
                "outcome" => Some(quick.outcome.as_str().to_owned()),
                "minutes" => quick.minutes.map(|minutes| minutes.to_string()),
                _ => None,
            }
        };
        let called = || {
            let product = self.0.product.as_ref()?;
            match name {
                "product_name" => product.name.clone(),
                "trademark" => product.trademark.clone(),
                "model" => product.model.clone(),
                "standard" => product.standard.clone(),
                _ => None,
            }
        };
        let own = || match name {
            "reserve_kept_at" => self.0.reserve_kept_at.clone(),
            "reason" => self.0.reason.clone(),
            "product_kind" => self.0.product_kind.clone(),
            "laboratory" => self.0.laboratory.map(|id| id.to_string()),
            "sampler" => self.0.sampler.map(|id| id.to_string()),
            "recording_decided" => self.0.recording_decided.map(|decided| decided.to_string()),
            "party" => self.0.party.map(|party| party.as_str().to_owned()),
            _ => None,
        };
        own().or_else(called).or_else(sampled).or_else(reported).or_else(tested).unwrap_or_default()
    }

    /// How many further items the form has room for.
    pub fn places(&self) -> usize {
        ITEMS.saturating_sub(self.items().len())
    }

    /// The items of the report.
    pub fn items(&self) -> Vec<ItemValues> {
        let items = self.0.result.as_ref().map(|result| result.items.as_slice()).unwrap_or_default();
        let said = items.iter().map(|item| ItemValues {
            item: item.item.clone(),
            requirement: item.requirement.clone().unwrap_or_default(),
            measured: item.measured.clone().unwrap_or_default(),
            unit: item.unit.clone().unwrap_or_default(),
            ok: item.ok,
            safety: item.safety,
        });
        said.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspections::particulars::SampleTaken;

    #[test]
    fn what_was_said_fills_the_form_again() {
        let sample = SampleTaken {
            samplers: vec!["张三".to_owned(), "李四".to_owned()],
            base_quantity: Some(12.5),
            test_quantity: Some(3.0),
            price_fen: Some(1905),
            ..SampleTaken::default()
        };
        let seals = Some(vec!["F1".to_owned(), "F2".to_owned()]);
        let said = FormValues(Particulars { sample: Some(sample), seals, ..Particulars::default() });
        assert_eq!((said.sampler(&1), said.sampler(&2)), ("李四", ""));
        assert_eq!((said.text("base_quantity"), said.text("test_quantity")), ("12.5".into(), "3".into()));
        assert_eq!(
            (said.yuan(), said.lines("seals"), said.text("batch")),
            ("19.05".into(), "F1\nF2".into(), String::new())
        );
        assert!(FormValues::default().items().is_empty());
    }
}
