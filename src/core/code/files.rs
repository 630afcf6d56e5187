//! Codes of problems: lists that offices send in, codes that break the rule, the start of the server, other systems.

/// Hands these rows on to the next macro, behind those that it was given.
macro_rules! file_codes {
    ($next:ident $($later:ident)*; $($rows:tt)*) => {
        $next! { $($later)*; $($rows)*
            // Imports of the zero-out list.
            ImportEmpty "import_empty" 422 "文件为空" "Empty file"
                "上传的文件没有内容。请选择正确的文件。"
                "The file has no content. Choose the right file.";
            ImportNoRows "import_no_rows" 422 "没有数据行" "No rows"
                "文件只有表头，没有数据行。请填写数据后重新上传。"
                "The file has a header and no rows. Fill in the rows and upload it again.";
            ImportXls "import_xls" 422 "旧版 Excel 文件" "Old Excel format"
                "不支持 Excel 97-2003 工作簿（.xls）。请另存为 .xlsx 或 CSV。"
                "Excel 97-2003 workbooks (.xls) are not accepted. Save the file as .xlsx or CSV.";
            ImportEncrypted "import_encrypted" 422 "工作簿设有密码" "Workbook with a password"
                "工作簿设有密码，无法读取。请去除密码后重新上传。"
                "The workbook is protected by a password and cannot be read. Remove the password and upload it again.";
            ImportMacros "import_macros" 422 "工作簿含宏" "Workbook with macros"
                "不接受含宏的工作簿。请另存为不含宏的 .xlsx。"
                "Workbooks with macros are not accepted. Save the file as .xlsx without macros.";
            ImportTooLarge "import_too_large" 413 "文件过大" "File too large"
                "文件或其解压后的内容超过上限（413），或压缩率异常（422）。请拆分后分别导入。"
                "The file, or what it unpacks to, is greater than the limit (413), or it is compressed more than any real workbook (422). Split it and import the parts.";
            ImportNotATable "import_not_a_table" 422 "不是表格文件" "Not a table"
                "文件不是 CSV 或 .xlsx 表格。请选择正确的文件。"
                "The file is neither CSV nor .xlsx. Choose the right file.";
            ImportDamaged "import_damaged" 422 "工作簿已损坏" "Damaged workbook"
                "工作簿已损坏或不完整。请用 Excel 打开并重新保存后上传。"
                "The workbook is damaged or incomplete. Open it in Excel, save it again and upload it.";
            ImportBadEncoding "import_bad_encoding" 422 "文件编码有误" "Unknown text encoding"
                "文件的文字编码无法识别。请保存为 UTF-8 或 GB18030。"
                "The text encoding of the file is not known. Save it as UTF-8 or GB18030.";
            ImportTooManyRows "import_too_many_rows" 422 "数据行过多" "Too many rows"
                "数据行超过上限，上限见 detail。请拆分后分别导入。"
                "The file has more rows than the limit, which detail names. Split it and import the parts.";
            ImportMissingColumns "import_missing_columns" 422 "缺少必需的列" "Columns missing"
                "文件缺少必需的列，列名见 detail。请补齐后重新上传。"
                "Required columns are missing; detail names them. Add them and upload the file again.";
            ImportDoubledColumn "import_doubled_column" 422 "列重复出现" "Column repeated"
                "同一列出现了两次，列名见 detail。请删去一列后重新上传。"
                "A column occurs twice; detail names it. Remove one of the two and upload the file again.";
            ImportUnclosedQuote "import_unclosed_quote" 422 "引号没有配对" "Quote not closed"
                "CSV 文件中有引号没有配对，行号见 detail。请补上或删去该引号后重新上传。"
                "A quote of the CSV is not closed, or not where it should be; detail names its line. Close or remove it and upload the file again.";
            ImportHiddenList "import_hidden_list" 422 "名单在隐藏的工作表中" "List on a hidden sheet"
                "名单只在隐藏的工作表中，工作表名见 detail。请取消隐藏后重新上传。"
                "The only list of the workbook is on a hidden sheet, which detail names. Unhide it and upload the file again.";
            ImportOtherHeader "import_other_header" 422 "名单中间有另一种表头" "Other headings within the list"
                "名单中间出现了另一种表头，行号见 detail。请将两份名单放在不同的工作表或文件中。"
                "Other headings stand in the middle of the list; detail names the row. Put the two lists into sheets or files of their own.";
            ImportRecordAboveHeader "import_record_above_header" 422 "表头上方有数据行" "Record above the headings"
                "表头上方有数据行，行号见 detail。请将表头移到所有数据行的上方后重新上传。"
                "A record stands above the headings; detail names the row. Move the headings above all records and upload the file again.";
            ImportHeadingUnreadable "import_heading_unreadable" 422 "表头无法读取" "Unreadable heading"
                "有一列的表头是错误值或没有计算结果的公式，列见 detail。请改为列名，或删去不需要的列的表头，然后重新上传。"
                "The heading of a column is an error, or a formula whose result is not in the file; detail names the column. Put in its name, or remove the heading of a column that is not needed, and upload the file again.";
            ImportNotChecked "import_not_checked" 409 "没有已检查的文件" "No checked file"
                "该导入记录不是已完成的检查，因而没有可导入的文件。请先检查文件，再从检查记录导入。"
                "The record is no check that came to its end, so it has no file to import. Check the file first, then import it from the record of the check.";
            ImportFileGone "import_file_gone" 409 "已检查的文件不再保存" "The checked file is gone"
                "检查过的文件只保存一段时间，该文件已删除。请重新上传并检查。"
                "A checked file is kept for a while only, and this one is gone. Upload it and check it again.";
            ImportGaveUp "import_gave_up" 500 "导入失败" "Import failed"
                "导入多次未能完成，已停止。请联系平台运营人员。"
                "The import failed several times and was stopped. Ask the operator.";

            ImportInUse "import_in_use" 409 "导入的数据已被使用" "The import is in use"
                "导入后，部分行已有其他办理内容，不能整批撤回。逐行清单见 GET /zero-out/imports/{id}/standing，处理后再撤回。"
                "Later steps rest on rows of the import, so it cannot be withdrawn. GET /zero-out/imports/{id}/standing lists it row by row.";
            ImportNotWithdrawable "import_not_withdrawable" 409 "该导入不能撤回" "The import cannot be withdrawn"
                "该导入尚未完成、未写入数据、已撤回，或早于逐行留痕，不能撤回，原因见 detail。"
                "The import is not done, wrote nothing, was withdrawn already, or is older than the record of its rows; detail says which.";

            // Codes against the rule.
            UsccAdmittedAlready "uscc_admitted_already" 409 "该代码已放行" "Admitted already"
                "该统一社会信用代码已放行，无需再次放行。"
                "The code has been admitted already; there is nothing to do.";
            UsccInUse "uscc_in_use" 409 "该代码正在使用" "The code is in use"
                "名单上已有使用该代码的企业，不能撤销放行。"
                "An enterprise on the list has the code, so its admission cannot be withdrawn.";
            UsccAdmissionEnded "uscc_admission_ended" 409 "放行已撤销" "Withdrawn already"
                "该放行已撤销。需要时可重新放行该代码。"
                "The admission was withdrawn already. The code can be admitted again.";

            // The start of the server.
            BadNatsUrl "bad_nats_url" 503 "NATS 地址有误" "Not a NATS address"
                "设置 nats.url 不是 NATS 服务器的地址，服务器不能启动。请由平台运营人员更正设置。"
                "The setting nats.url is not an address of a NATS server, so the server does not start. The operator corrects the setting.";
            DatabaseOfAnotherVersion "database_of_another_version" 503 "数据库属于另一版本" "Database of another version"
                "数据库由本程序的另一版本建立，服务器不能启动。请由平台运营人员改用空数据库或删除数据目录；需要保留的数据，请先用原版本导出。"
                "The database was made by another version of the program, so the server does not start. The operator uses an empty database or removes the data folder; what is to be kept is exported with the other version first.";

            // Other systems.
            WebhookRests "webhook_rests" 409 "事件推送未启用" "The webhook is stopped"
                "该推送已停用，或其创建人已被停用、调离，不再有权查看该地区。请先启用，或由有权的人员重新设置。"
                "The webhook is stopped, or its officer was deactivated or moved and may not see its region any more. Start it, or let an officer of the region make another.";
            WebhookDeliveryPending "webhook_delivery_pending" 409 "推送尚未结束" "The delivery is under way"
                "该推送正在发送或等待重试，不能再次发送。请在其结束后重试。"
                "The delivery is being sent or waits for its next attempt. Send it again once it has ended.";
            PersonalRequestOpen "personal_request_open" 409 "同类请求尚未办结" "A request of this kind is open"
                "您已提出同类请求且尚未办结。请等待答复，或撤回后重新提出。"
                "You have asked for the same and it is not decided yet. Wait for the answer, or withdraw it and ask again.";
            PersonalRequestState "personal_request_state" 409 "请求当前状态不允许此操作" "Not possible in the request's state"
                "请求已办结、已撤回、副本尚未生成或已过期，不能进行此操作。请刷新后查看。"
                "The request is decided or withdrawn, or its copy is not ready or has expired. Load it again.";
            ErasureBlocked "erasure_blocked" 409 "暂不能删除个人信息" "The erasure is not possible yet"
                "仍有须先处理的事项，或有留存措施，暂不能注销账号并删除个人信息。请按提示先行处理。"
                "Something has to be settled first, or a legal hold keeps the data, so the account is not closed and its data are not erased yet. The detail says what to do.";
            PushOff "push_off" 409 "浏览器提醒未开启" "Notices in browsers are switched off"
                "本平台未开启浏览器提醒。未读消息仍会通过邮件通知。"
                "The installation sends no notices to browsers. Unread messages are still announced by mail.";
            KeyScope "key_scope" 403 "接口密钥无此权限" "Not within the key's scopes"
                "接口密钥只能用于其权限范围所列的接口；登录、账号、页面和聊天连接等不对接口密钥开放。请使用权限足够的密钥，或由人员登录后办理。"
                "An API key opens only the calls of its scopes; logging in, accounts, pages and chat sockets are closed to keys. Use a key that has the scope, or log in as a person.";
            KeyTooBusy "key_too_busy" 429 "接口密钥调用过于频繁" "Too many calls with the key"
                "该接口密钥在一分钟内的调用次数已达上限。请在 Retry-After 所示的秒数后重试。"
                "The key has made as many calls within a minute as it may. Try again after the seconds in Retry-After.";
            EnterpriseUnclaimed "enterprise_unclaimed" 409 "企业尚未认领账号" "The enterprise is not claimed"
                "该企业尚未认领平台账号，没有人可以查看和答复问诊。请企业先认领账号。"
                "Nobody has claimed the enterprise on the platform, so nobody could read the consultation. The enterprise has to claim its account first.";
        }
    };
}
