import Alpine from "@alpinejs/csp";
import "../htmx.js";
import "../theme.js";
import "../menus.js";
import "../dialogs.js";
import "../toasts.js";
import "../keys.js";
import "../live.js";
import "../list.js";
import "../panel.js";
import "../messages.js";
import "../composer.js";
import "../appointment.js";
import "../copy.js";
import "../passkeys.js";
import { palette } from "../palette.js";

Alpine.data("palette", palette);
Alpine.start();
