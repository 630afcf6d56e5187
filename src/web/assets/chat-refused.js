/**
 * A message that the server refused: what can be done about it.
 * @module
 */
import { client, element } from './live.js';
import { say } from './api.js';

/** Puts the choices behind the reason. */
export function offer({ item, li, mark, writer, showUnsent }) {
  const choices = [
    [say('重试', 'Try again'), () => {
      client.retry(item.client_id);
      showUnsent({ ...item, refused: undefined });
    }],
    [say('删除', 'Discard'), () => {
      client.discard(item.client_id);
      li.remove();
    }],
  ];
  if (writer) {
    choices.splice(1, 0, [say('放回输入框', 'Back to the field'), () => {
      const { field } = writer;
      field.value = [field.value, item.body].filter(Boolean).join('\n');
      field.dispatchEvent(new Event('input'));
      if (item.reply_to) writer.quote(item.reply_to);
      client.discard(item.client_id);
      li.remove();
      field.focus();
    }]);
  }
  for (const [text, run] of choices) {
    const button = element('button', text, 'link');
    button.type = 'button';
    button.addEventListener('click', run);
    mark.append(button, ' ');
  }
}
