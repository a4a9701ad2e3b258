import "../../css/calendar.css";
import "../calendar.js";
