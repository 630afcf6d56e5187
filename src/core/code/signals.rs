//! Codes of problems: signals.

/// Hands these rows on to the next macro, behind those that it was given.
macro_rules! signal_codes {
    ($next:ident $($later:ident)*; $($rows:tt)*) => {
        $next! { $($later)*; $($rows)*
            // Signals.
            SignalState "signal_state" 409 "信息状态不允许" "Not possible in the signal\'s state"
                "风险信息的当前状态不允许此操作。请刷新后再操作。"
                "The present state of the signal does not allow this. Load it again.";
            SignalChanged "signal_changed" 409 "信息已更新" "The signal has changed"
                "在您查看之后，该信息已有新的步骤。请刷新后再操作。"
                "Steps were added after the version that you saw. Load the signal again.";
            SignalMerge "signal_merge" 409 "不能合并" "These cannot be merged"
                "不能与自身合并，也不能并入已合并、已撤回或不予采用的信息。请选择另一条信息。"
                "A signal is neither merged into itself nor into one that is merged, dismissed or withdrawn. Choose another one.";
            SignalFeedTaken "signal_feed_taken" 409 "订阅源已登记" "Feed registered already"
                "该地址的订阅源已登记。"
                "A feed of this address is registered already.";
            ImportPersonalData "import_personal_data" 422 "文件含有个人信息" "The file has personal data"
                "统计文件只应有数量，不得有投诉人、消费者的姓名、电话、地址或证件号码。请删去这些列后重新上传。"
                "A digest has counts alone: no names, telephone numbers, addresses or identity numbers of people. Remove these columns and upload it again.";
        }
    };
}
