//! What has to be on the recordings of an inspection, and which of it is missing. Pure.

use crate::core::Text;
use std::collections::BTreeSet;

crate::word_enum! {
    /// Where and how the sample is taken, which decides what has to be recorded.
    pub enum Channel {
        /// At a producer, or in a shop.
        Store = "store",
        /// On a wholesale or retail market.
        Market = "market",
        /// Bought online.
        Online = "online",
        /// The reserve sample for a re-test.
        Retest = "retest",
    }
}

impl Channel {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Store => Text::new("生产或经营场所", "premises of a producer or a shop"),
            Self::Market => Text::new("市场", "market"),
            Self::Online => Text::new("网络购样", "bought online"),
            Self::Retest => Text::new("备用样品复检", "re-test of the reserve sample"),
        }
    }
}

crate::word_enum! {
    /// Something that is to be seen on the recordings.
    pub enum Shot {
        /// The samplers show their identity and the notice of sampling.
        Identity = "identity",
        /// The samplers with the responsible person and the sample.
        People = "people",
        /// The business licence.
        Licence = "licence",
        /// The gate or the shop front.
        Gate = "gate",
        /// The stall with its number.
        Stall = "stall",
        /// The shelf or the store from which the sample is taken.
        Shelf = "shelf",
        /// The taking of the sample.
        Taking = "taking",
        /// The sample before it is sealed.
        BeforeSealing = "before_sealing",
        /// The sample after it was sealed, with the seals.
        AfterSealing = "after_sealing",
        /// The page of the product in the online shop.
        Page = "page",
        /// The order.
        Order = "order",
        /// The payment.
        Payment = "payment",
        /// The parcel before it is opened.
        ParcelClosed = "parcel_closed",
        /// The opening of the parcel.
        ParcelOpened = "parcel_opened",
        /// What the reserve sample looks like.
        ReserveLooks = "reserve_looks",
        /// The state of the reserve sample.
        ReserveState = "reserve_state",
        /// The seals of the reserve sample.
        ReserveSeals = "reserve_seals",
    }
}

impl Shot {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Identity => Text::new("出示证件和抽样通知书", "samplers show identity and notice"),
            Self::People => Text::new(
                "抽样人员、被抽样单位负责人与样品合影",
                "samplers with the responsible person and the sample",
            ),
            Self::Licence => Text::new("营业执照", "business licence"),
            Self::Gate => Text::new("单位大门或门头", "gate or shop front"),
            Self::Stall => Text::new("摊位及摊位号", "stall with its number"),
            Self::Shelf => Text::new("货架或仓库存放处", "shelf or store"),
            Self::Taking => Text::new("抽取样品过程", "taking of the sample"),
            Self::BeforeSealing => Text::new("封样前", "before sealing"),
            Self::AfterSealing => Text::new("封样后（含封条）", "after sealing, with the seals"),
            Self::Page => Text::new("商品页面", "page of the product"),
            Self::Order => Text::new("订单", "order"),
            Self::Payment => Text::new("付款凭证", "payment"),
            Self::ParcelClosed => Text::new("拆包前的包裹", "parcel before it is opened"),
            Self::ParcelOpened => Text::new("拆包过程", "opening of the parcel"),
            Self::ReserveLooks => Text::new("备用样品外观", "looks of the reserve sample"),
            Self::ReserveState => Text::new("备用样品状态", "state of the reserve sample"),
            Self::ReserveSeals => Text::new("备用样品封条", "seals of the reserve sample"),
        }
    }
}

/// The shots that are required and not there, in the order of the rules.
pub fn missing(required: &[Shot], taken: impl IntoIterator<Item = Shot>) -> Vec<Shot> {
    let taken: BTreeSet<Shot> = taken.into_iter().collect();
    required.iter().copied().filter(|shot| !taken.contains(shot)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_taken_is_missing() {
        let required = [Shot::Licence, Shot::Gate, Shot::Taking];
        assert_eq!(missing(&required, []), required);
        assert_eq!(missing(&required, [Shot::Gate, Shot::Gate, Shot::Page]), [Shot::Licence, Shot::Taking]);
        assert!(missing(&required, required).is_empty());
    }
}
