import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import type { Catalogue, Drawn } from './events.ts';
import { statusLabel, statusMark } from './statuses.ts';
import { formatTime, formatTimes, minutesBetween } from './wall-time.ts';

/**
 * What stands in an event of the grid. Plain elements, not a component: a week has hundreds of them, and none changes by
 * itself. The text is the name of the button it stands in: client, times, service, status.
 */
export function drawnNodes(drawn: Drawn, { services }: Catalogue, timeZone: string): Node[] {
  if (drawn.kind === 'blocked') return [button(drawn.blocked.title || m.calendar_blocked())];
  if (drawn.kind === 'hold') {
    const time = formatTime(drawn.hold.expires_at, timeZone);
    return [element('span', 'visit-text', m.calendar_kept_until({ time }))];
  }
  const { appointment: visit } = drawn;
  const mark = element('span', '', statusMark(visit.status) && `${statusMark(visit.status)} `);
  mark.ariaHidden = 'true';
  const line = element('span', 'visit-line');
  line.append(mark, element('bdi', 'visit-name', displayName({ ...visit, email: visit.phone })));
  const service = services.find(({ id }) => id === visit.service_id)?.name ?? '';
  const more = element(
    'span',
    'visit-more',
    [
      formatTimes(visit.starts_at, visit.ends_at, timeZone),
      service,
      visit.is_overbooked && m.calendar_overbooked(),
    ]
      .filter(Boolean)
      .join(' · '),
  );
  const text = button();
  text.dataset.visit = visit.id;
  if (minutesBetween(visit.starts_at, visit.ends_at) < 30) text.classList.add('visit-short');
  text.append(line, more, element('span', 'sr-only', `, ${statusLabel(visit.status)}`));
  return [text];
}

// The grid listens on the element around it; the button is what one reaches by keyboard, with the arrow keys.
function button(text = ''): HTMLElement {
  const made = element('button', 'visit-text', text);
  made.setAttribute('type', 'button');
  made.tabIndex = -1;
  return made;
}

function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
