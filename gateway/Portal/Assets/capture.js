// The page at a stand. What is captured is kept on the device first, under an id that makes it one lead however often it is sent, and sent when there
// is a network and its own person is signed in. Tabs of a browser share what is kept and take turns at sending.
(() => {
  const at = (id) => document.getElementById(id);
  const words = at("capture").dataset, edition = words.edition, root = `/fairs/${edition}/capture`, form = at("lead");
  const fields = ["company", "name", "jobTitle", "email", "phone", "country", "site", "note"];
  const ofPerson = ["name", "jobTitle", "email", "phone", "note"];
  const together = 20, everySeconds = 5;
  const tabs = "BroadcastChannel" in self ? new BroadcastChannel("fair-leads") : { postMessage() {} };
  let network = "", setup = null, busy = false, timer;

  // Who signed in last in this browser; nobody after signing out.
  const person = () => /(?:^|; )person=([0-9a-f-]{36})/.exec(document.cookie)?.[1] ?? "";
  const newId = () => crypto.randomUUID?.()
    ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16));

  // The device's store.
  const opened = new Promise((done, fail) => {
    const request = indexedDB.open("fair-leads", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("leads", { keyPath: "id" }).createIndex("of", ["edition", "person"]);
      request.result.createObjectStore("setup", { keyPath: ["edition", "person"] });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const inStore = async (name, mode, work) => {
    const database = await opened;
    return new Promise((done, fail) => {
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => done(request?.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  };
  const leadsOf = (owner) => inStore("leads", "readonly", (leads) => leads.index("of").getAll([edition, owner]));
  const keep = (lead) => inStore("leads", "readwrite", (leads) => leads.put(lead));
  // Another tab may have changed it meanwhile.
  const change = (id, work) => inStore("leads", "readwrite", (leads) => {
    leads.get(id).onsuccess = (event) => { const lead = event.target.result; if (lead) { work(lead); leads.put(lead); } };
  });

  // What stands on the page.
  const show = async () => {
    const owner = person();
    const own = owner ? await leadsOf(owner) : [];
    const all = await inStore("leads", "readonly", (leads) => leads.getAll());
    const open = own.filter((lead) => lead.state !== "sent");
    const others = all.filter((lead) => lead.person !== owner && lead.state !== "sent").length;
    if (setup?.person !== owner) { setup = owner ? await inStore("setup", "readonly", (setups) => setups.get([edition, owner])) ?? null : null; }
    at("unsent").textContent = open.length;
    at("unsent").dataset.number = open.length;
    at("unsent-words").textContent = open.length > 0 ? words.unsent : words.allSent;
    at("network").textContent = !owner ? words.nobody : words[network] ?? "";
    at("sign-in").hidden = !!owner && network !== "ended";
    at("others").hidden = others === 0;
    at("others").textContent = words.others.replace("#", others);
    at("who").textContent = setup ? [setup.fair, setup.name, setup.house].join(" · ") : "";
    form.hidden = !owner;
    showProducts();
    showLeads(own);
    clearTimeout(timer);
    if (open.some((lead) => lead.state === "unsent")) { timer = setTimeout(send, 1000 * everySeconds); }
  };
  const showProducts = () => {
    const products = setup?.products ?? [], shown = at("products");
    if (shown.dataset.shown === JSON.stringify(products)) { return; }
    const chosen = [...shown.querySelectorAll(":checked")].map((one) => one.value);
    shown.dataset.shown = JSON.stringify(products);
    shown.replaceChildren(...products.map(({ code, name }) => {
      const label = document.createElement("label"), box = document.createElement("input"), text = document.createElement("span");
      label.className = "choice";
      Object.assign(box, { type: "checkbox", name: "products", value: code, checked: chosen.includes(code) });
      text.textContent = `${code} ${name}`;
      label.append(box, text);
      return label;
    }));
  };
  const showLeads = (leads) => at("leads").replaceChildren(...leads
    .toSorted((one, other) => other.capturedAt.localeCompare(one.capturedAt)).map((lead) => {
      const line = document.createElement("li"), name = document.createElement("span"), state = document.createElement("span");
      name.textContent = lead.company;
      const reasons = lead.reasons?.length ? `: ${lead.reasons.join(" ")}` : "";
      state.className = `badge badge-${{ sent: "good", unsent: "warn", refused: "bad" }[lead.state]}`;
      state.textContent = words[`state${lead.state[0].toUpperCase()}${lead.state.slice(1)}`] + reasons;
      line.append(name, state);
      line.dataset.state = lead.state;
      if (lead.state !== "sent") { line.append(button(words.correct, () => edit(lead)), remover(lead)); }
      return line;
    }));
  const button = (text, press) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button button-small", textContent: text, onclick: press });
    return made;
  };
  const remover = (lead) => {
    let sure = false;
    const made = button(words.delete, async () => {
      if (!sure) { sure = true; made.textContent = words.really; return; }
      await inStore("leads", "readwrite", (leads) => leads.delete(lead.id));
      tell();
    });
    return made;
  };
  const tell = () => { tabs.postMessage(""); return show(); };

  // Capturing.
  const edit = async (lead) => {
    await change(lead.id, (kept) => { if (kept.state === "unsent") { Object.assign(kept, { state: "refused", reasons: [] }); } });   // not as it is
    await tell();
    form.dataset.lead = lead.id;
    for (const field of fields) { form.elements[field].value = lead.card[field] ?? ""; }
    form.elements.consent.checked = !!lead.card.consentTextVersion;
    for (const box of at("products").querySelectorAll("input")) { box.checked = lead.card.productCodes.includes(box.value); }
    form.elements.company.focus();
  };
  const read = () => {
    const card = Object.fromEntries(fields.map((field) => [field, form.elements[field].value.trim() || null]));
    const agreed = form.elements.consent.checked, wrong = [];
    if (!card.company) { wrong.push(["company", words.companyNeeded]); }
    if (!card.name && (card.jobTitle || card.email || card.phone)) { wrong.push(["name", words.nameNeeded]); }
    if (!agreed && ofPerson.some((field) => card[field])) { wrong.push(["consent", words.consentNeeded]); }
    card.productCodes = [...at("products").querySelectorAll(":checked")].map((box) => box.value);
    card.consentTextVersion = agreed ? words.consent : null;
    return { card, wrong };
  };
  const complain = (wrong) => {
    const errors = at("lead-errors");
    errors.hidden = wrong.length === 0;
    errors.replaceChildren();
    if (wrong.length === 0) { return; }
    const [head, list] = [document.createElement("h3"), document.createElement("ul")];
    head.textContent = words.wrong;
    list.append(...wrong.map(([field, sentence]) => {
      const [line, link] = [document.createElement("li"), document.createElement("a")];
      Object.assign(link, { href: `#lead-${field}`, textContent: sentence, onclick: (event) => { event.preventDefault(); form.elements[field].focus(); } });
      line.append(link);
      return line;
    }));
    errors.append(head, list);
    errors.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const owner = person(), { card, wrong } = read();
    complain(wrong);
    if (wrong.length > 0 || !owner) { await show(); return; }
    const id = form.dataset.lead ||= newId();   // pressed twice, it is the same lead
    try {
      const capturedAt = new Date().toISOString();
      await keep({ id, edition, person: owner, state: "unsent", company: card.company, capturedAt, card: { ...card, id, capturedAt } });
    } catch {
      complain([["company", words.notKept]]);   // it still stands in the form
      return;
    }
    delete form.dataset.lead;
    form.reset();
    at("saved").textContent = `${card.company}: ${words.kept}`;
    form.elements.company.focus();
    await tell();
    send();
  });

  // Sending. Of several tabs one does; whoever answers knows which leads it has already.
  const send = async () => {
    if (busy) { return; }
    busy = true;
    try {
      await (navigator.locks ? navigator.locks.request("fair-leads", { ifAvailable: true }, (lock) => lock && sendAll()) : sendAll());
    } finally {
      busy = false;
      await tell();
    }
  };
  const sendAll = async () => {
    if (!await ask()) { return; }
    const owner = setup.person;
    const leads = (await leadsOf(owner)).filter((lead) => lead.state === "unsent");
    for (let from = 0, most = together; from < leads.length; from += most) {
      let part = leads.slice(from, from + most);
      let answer = await post(owner, part);
      if (answer?.status === 400 && part.length > 1) {   // one of them can't be read: each goes by itself from here on
        [most, part] = [1, part.slice(0, 1)];
        answer = await post(owner, part);
      }
      if (answer?.status === 400 && await ask() && setup.person === owner) {
        answer = await post(owner, part);   // the form's token may have been an old one
        if (answer?.status === 400) {
          await change(part[0].id, (lead) => { Object.assign(lead, { state: "refused", reasons: [words.unreadable] }); });
          continue;
        }
      }
      if (!answer?.ok) {
        network = !answer ? "offline" : answer.type === "opaqueredirect" ? "ended" : answer.status === 409 ? "notPart" : "away";
        return;
      }
      for (const { id, outcome, code, errors } of (await answer.json()).results) {
        await change(id, (lead) => {
          if (outcome === "Refused") {
            lead.state = "refused";
            lead.reasons = errors ? Object.values(errors).flat() : [{ LEAD_LIMIT: words.limit, ALREADY_SENT: words.sentBefore }[code] ?? words.taken];
          } else {
            Object.assign(lead, { state: "sent", card: null });   // the person's data leave the device
          }
        });
      }
      await tell();
    }
  };
  const post = (owner, leads) => fetch(`${root}/leads`, {
    method: "POST", redirect: "manual", headers: { "Content-Type": "application/json", RequestVerificationToken: setup.token },
    body: JSON.stringify({ person: owner, leads: leads.map((lead) => lead.card) }),
  }).catch(() => null);
  // Who is signed in, and for which fair; false without a network or a session.
  const ask = async () => {
    const answer = await fetch(`${root}/session`, { redirect: "manual", cache: "no-store" }).catch(() => null);
    network = !answer ? "offline" : answer.type === "opaqueredirect" ? "ended" : answer.status === 404 ? "notHere" : answer.ok ? "online" : "away";
    if (network !== "online") { return false; }
    setup = await answer.json();
    const { token, ...kept } = setup;
    await inStore("setup", "readwrite", (setups) => setups.put({ ...kept, edition }));
    return setup.person === person();
  };

  tabs.onmessage = show;
  addEventListener("online", send);
  addEventListener("offline", () => { network = "offline"; show(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { send(); } });
  show().then(send, () => complain([["company", words.notKept]]));
  navigator.storage?.persist?.();
  const worker = navigator.serviceWorker?.register(`${root}/worker.js`, { scope: root, updateViaCache: "none" });
  const say = (ready) => { at("saved").textContent = ready ? words.ready : words.notReady; document.documentElement.dataset.ready = ready; };
  worker ? worker.then(() => navigator.serviceWorker.ready).then(() => say(true), () => say(false)) : say(false);
})();
