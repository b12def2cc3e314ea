// Making elements. Whatever comes from the server becomes text, never markup.

type Child = Node | string | undefined

/** An element with these properties and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Readonly<Record<string, string | number | boolean>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'boolean') element.toggleAttribute(name, value)
    else element.setAttribute(name, String(value))
  }
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/** The element of this id, which the page has. */
export function byId<Made extends HTMLElement>(id: string, type: new () => Made): Made {
  const element = document.getElementById(id)
  if (element instanceof type) return element
  throw new Error(`the page has no ${id}`)
}

/** Says something, to those who hear the page as well; blank hides it. */
export function say(element: HTMLElement, text: string, kind: 'good' | 'bad' | '' = ''): void {
  setText(element, text)
  element.hidden = text === ''
  element.dataset['kind'] = kind
}

/** Leaves alone what says so already: it may be selected, and would be read out once more. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
