/** Every event of the element of a playground, newest first. */
const most = 50;

const fields = (event: Event): string => {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) if (name !== 'isTrusted' && value !== undefined) own[name] = value;
  return JSON.stringify(own);
};

export const logEvents = (from: HTMLElement, names: readonly string[]): void => {
  const list = document.querySelector('#event-list');
  const count = document.querySelector('#event-count');
  let all = 0;
  for (const name of names)
    from.addEventListener(name, (event) => {
      all++;
      if (count) count.textContent = `(${all})`;
      const item = document.createElement('li');
      const type = document.createElement('code');
      type.textContent = name;
      item.append(type, ` ${fields(event)}`);
      list?.prepend(item);
      if (list && list.children.length > most) list.lastElementChild?.remove();
    });
};
