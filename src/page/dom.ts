// Makes elements. Every text from elsewhere becomes text, never markup.

type Child = Node | string | undefined

/** An element with these attributes and children. A boolean attribute is there or not. */
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

/** The element of this id. @throws Error where the page has none of this type */
export function byId<Made extends HTMLElement>(id: string, type: new () => Made): Made {
  const element = document.getElementById(id)
  if (element instanceof type) return element
  throw new Error(`the page has no ${id}`)
}

/** Shows a text, which is read out where the element has a live role. Without a text the element is hidden. */
export function say(element: HTMLElement, text: string, kind: 'good' | 'bad' | '' = ''): void {
  setText(element, text)
  element.hidden = text === ''
  element.dataset['kind'] = kind
}

/** Changes nothing where the text is there already: somebody may have selected it, and it would be read out again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
