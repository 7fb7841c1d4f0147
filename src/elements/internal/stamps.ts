import { render, type TemplateResult } from 'lit';

/**
 * Elements that stand in a list a thousand times. Each kind is drawn once by Lit and cloned from then on, without what
 * Lit leaves between nodes; whoever stamps sets what differs. `npm run bench:elements` holds such a list beside clones
 * alone.
 */
export class Stamps {
  readonly #models = new Map<string, HTMLElement>();

  /** `kind` names all that the template is drawn from. */
  stamp(kind: string, template: () => TemplateResult): HTMLElement {
    const model = this.#models.get(kind) ?? drawn(template());
    this.#models.set(kind, model);
    return document.importNode(model, true);
  }
}

const drawn = (template: TemplateResult): HTMLElement => {
  const ground = document.createDocumentFragment();
  render(template, ground);
  const model = ground.firstElementChild;
  if (!(model instanceof HTMLElement)) throw new TypeError('A stamp is drawn from a template of one element.');
  withoutComments(model);
  model.normalize();
  return model;
};

const withoutComments = (node: Node): void => {
  for (const child of Array.from(node.childNodes)) {
    if (child instanceof Comment) child.remove();
    else withoutComments(child);
  }
};
